"""Tests that start TensorFlow."""
