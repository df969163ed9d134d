#!/bin/sh
# The house rules are part of the tests.
exec setup/check-house
