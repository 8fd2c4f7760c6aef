"""Graphs in a page: what a page needs to compute them again."""
