// Inner loops in C, compiled once for every generation of processors and chosen when the process starts: Swift of a
// release build uses SSE2 only.

#ifndef HABITUS_DISPATCH_H
#define HABITUS_DISPATCH_H

#if defined(__x86_64__) && defined(__linux__)
#define HABITUS_DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define HABITUS_DISPATCHED
#endif

#endif
