"""Benchmarks, run by command: python -m tests.benchmarks interchange|pages|matching|generate."""
