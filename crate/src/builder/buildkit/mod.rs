//! BuildKit: instructions to ops, ops to cache keys, keys to hits.
