"""The demonstration as a whole: each room's part of the story, told of one council that is made once a day of it."""
