// Command atlas serves maps and migrates the database they are kept in.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("atlas", os.Args[1:])
}
