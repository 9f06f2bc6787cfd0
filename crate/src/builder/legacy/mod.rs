//! The classic builder: every instruction an image, looked up by parent and compared configuration.
