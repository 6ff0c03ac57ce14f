"""The lecture of which this program is made, as lessons: twelve experiments to run."""
