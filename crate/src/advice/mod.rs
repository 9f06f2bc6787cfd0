//! Advice: what each instruction reads and writes, which orders build the same image, and which of them is cheapest.
