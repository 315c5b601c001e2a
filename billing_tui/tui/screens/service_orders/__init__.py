"""Screens of the service desk."""
