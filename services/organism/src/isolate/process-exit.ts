/** Exit code of an isolate's process whose thread went beyond its heap. */
export const OUT_OF_MEMORY_EXIT = 71;
