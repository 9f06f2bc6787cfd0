//! From instructions to stages: which stage needs which, what the target is, what every word expands to.
