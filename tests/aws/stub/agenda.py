"""What happens later: entries of a time and of what is to be done, carried out in order of time, then of entry."""

import heapq

_doers = {}


def doer(kind):
    """Registers what carries out the entries of a kind: called with the world, the time, and the entry's arguments."""

    def register(function):
        _doers[kind] = function
        return function

    return register


def plan(world, when, kind, *arguments):
    world.data["planned"] += 1
    heapq.heappush(world.data["agenda"], [when, world.data["planned"], kind, *arguments])


def settle(world, now):
    """Brings the world to this time."""
    agenda = world.data["agenda"]
    while agenda and agenda[0][0] <= now:
        when, _, kind, *arguments = heapq.heappop(agenda)
        _doers[kind](world, when, *arguments)
