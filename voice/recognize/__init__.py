"""Sound in, Transcript out: the engines, and the supervision of those that run in a process of their own."""
