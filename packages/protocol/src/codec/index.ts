export { type Codec, CodecError, type DecodeLimits, pointerTo } from './codec.ts';
export { codecOf, codecs } from './content-type.ts';
export { jsonCodec } from './json-codec.ts';
export { msgpackCodec } from './msgpack-codec.ts';
