package peer

import (
	"flag"
	"maps"
	"os"
	"strconv"
	"strings"
)

// Options say what a program shall register or look for.
type Options struct {
	Etcd    string            // etcd's endpoint
	Service string            // name of the service, as this library wants it
	Listen  string            // where to listen, "127.0.0.1:0" for any port
	Name    string            // who answers calls
	TTL     int64             // of the lease, in seconds
	Weight  int               // as the format carries it, if it does
	Tags    map[string]string // as the format carries them, if it does
}

// Parse reads options from a command line.
func Parse(args []string) Options {
	o := Options{Tags: map[string]string{}}
	f := flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	f.StringVar(&o.Etcd, "etcd", "http://127.0.0.1:2379", "etcd's endpoint")
	f.StringVar(&o.Service, "service", "echo", "name of the service")
	f.StringVar(&o.Listen, "listen", "127.0.0.1:0", "where to listen")
	f.StringVar(&o.Name, "name", "go", "who answers calls")
	f.Int64Var(&o.TTL, "ttl", 5, "of the lease, in seconds")
	f.IntVar(&o.Weight, "weight", 10, "weight of the instance")
	f.Func("tag", "key=value, can be repeated", func(text string) error {
		key, value, _ := strings.Cut(text, "=")
		o.Tags[key] = value
		return nil
	})
	_ = f.Parse(args) // ends the program where it fails
	return o
}

// With returns the options changed by what stands behind "update": weight=20 zone=b.
func (o Options) With(changes string) Options {
	o.Tags = maps.Clone(o.Tags)
	for _, change := range strings.Fields(changes) {
		key, value, _ := strings.Cut(change, "=")
		if key == "weight" {
			o.Weight, _ = strconv.Atoi(value)
		} else {
			o.Tags[key] = value
		}
	}
	return o
}
