"""Skygear v1: records, predicates and actions as JSON over HTTP."""
