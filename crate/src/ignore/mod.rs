//! `.dockerignore`: patterns in order, exceptions, and what they leave of a tree.
