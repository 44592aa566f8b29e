// Package peer lets a test drive a program by lines: commands on the standard input,
// what happened on the standard output. A program ends, without taking leave, when its
// standard input does: whoever drove it is gone.
package peer

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
)

var mutex sync.Mutex

// Say writes one line.
func Say(format string, args ...any) {
	line := strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " ")
	mutex.Lock()
	defer mutex.Unlock()
	fmt.Println(line)
}

// Must ends the program where something failed that a test depends on.
func Must(err error) {
	if err != nil {
		Say("failed %v", err)
		os.Exit(1)
	}
}

// Answer says what a call returned.
func Answer(text string, err error) {
	if err != nil {
		Say("refused %v", err)
	} else {
		Say("answer %s", text)
	}
}

// Commands are what a program understands; each gets the rest of its line.
type Commands map[string]func(rest string)

// Obey carries out commands until the standard input ends.
func Obey(commands Commands) {
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		word, rest, _ := strings.Cut(input.Text(), " ")
		if command, ok := commands[word]; ok {
			command(rest)
		} else {
			Say("failed no command %q, there are %v", word, slices.Sorted(maps.Keys(commands)))
		}
	}
}

// Roles are what a program can be, by the words it is started with.
type Roles map[string]func(Options)

// Main runs the role that the first words of the command line name.
func Main(roles Roles) {
	args := os.Args[1:]
	words := 0
	for words < len(args) && !strings.HasPrefix(args[words], "-") {
		words++
	}
	role, ok := roles[strings.Join(args[:words], " ")]
	if !ok {
		Must(fmt.Errorf("no role %v, there are %v", args[:words], slices.Sorted(maps.Keys(roles))))
	}
	role(Parse(args[words:]))
}
