//! Word expansion: `$NAME`, `${NAME:-word}` and friends, quotes and escapes, as BuildKit's shell lexer does it.
