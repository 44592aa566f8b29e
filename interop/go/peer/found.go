package peer

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Found says which instances there are, whenever that is something else than before.
type Found struct {
	mutex  sync.Mutex
	before string
	said   bool
}

// Say writes the instances, sorted.
func (f *Found) Say(instances []string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	line := strings.Join(slices.Sorted(slices.Values(instances)), "; ")
	if !f.said || line != f.before {
		Say("instances %s", line)
	}
	f.before, f.said = line, true
}

// Describe writes one instance with weight and tags.
func Describe(address string, weight int, tags map[string]string) string {
	text := fmt.Sprintf("%s weight=%d", address, weight)
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		text += fmt.Sprintf(" %s=%s", key, tags[key])
	}
	return text
}

// SayValues writes the values of a map.
func (f *Found) SayValues(instances map[string]string) {
	f.Say(slices.Collect(maps.Values(instances)))
}
