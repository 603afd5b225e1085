// Changes the schema of the notes.
console.log("nothing to change");
