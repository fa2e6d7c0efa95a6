"""The mixed-integer program, and its solution by HiGHS or another solver that PuLP finds."""
