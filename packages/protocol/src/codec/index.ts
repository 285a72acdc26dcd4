export { type Codec, CodecError, type DecodeLimits } from './codec.ts';
export { codecOf, codecs } from './content-type.ts';
export { jsonCodec } from './json-codec.ts';
export { msgpackCodec } from './msgpack-codec.ts';
export { pointerTo } from './pointer.ts';
