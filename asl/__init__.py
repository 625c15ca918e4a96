"""The Amazon States Language: parse, validate, interpret. Pure: no clock, no IO, no threads, no Django."""
