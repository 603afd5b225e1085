// Changes the schema of the mill.
console.log("nothing to change");
