// What the schedule starts: the same image, another command in its task definition.
console.log("nothing to grind tonight");
