// Command vectors writes the test vectors of the wire formats that the shared golden
// vectors leave out, to standard output:
//
//	go run . > ../../etcd-discovery-core/src/test/resources/format-vectors.json
//
// Hertz's bytes are made by the library that Hertz uses, github.com/bytedance/sonic, and
// Kratos's by the one that Kratos uses, encoding/json, each on the documented struct: the
// registries of both are no dependency of this program. go-kit, go-zero and the plain
// format have no serialisation of their own: their keys and values are put together here
// as their users do it, with net, net/url and fmt.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// instance is what a Java program registers, or finds.
type instance struct {
	Service string            `json:"service"`
	Host    string            `json:"host"`
	Port    int               `json:"port"`
	Weight  int               `json:"weight"`
	Tags    map[string]string `json:"tags"`
}

func (i instance) address() string {
	return net.JoinHostPort(i.Host, strconv.Itoa(i.Port))
}

func (i instance) id() string {
	if id := i.Tags["instance-id"]; id != "" {
		return id
	}
	return i.Service + ":" + i.address()
}

// vector has the fields of the shared golden vectors, and the instance that Java writes
// or has to find: none where it has to leave the entry out. Key and value as text are for
// readers; the hexadecimal bytes count.
type vector struct {
	ID        string    `json:"id"`
	Format    string    `json:"format"`
	Direction string    `json:"direction"`
	Note      string    `json:"note"`
	Key       string    `json:"key"`
	KeyHex    string    `json:"keyHex"`
	Value     string    `json:"value"`
	ValueHex  string    `json:"valueHex"`
	Expect    string    `json:"expect"`
	Result    any       `json:"result"`
	GoError   string    `json:"goError,omitempty"`
	Instance  *instance `json:"instance"`
	Java      string    `json:"java"`
	Origin    string    `json:"origin"`
}

var vectors []vector

func add(v vector, key, value string) {
	v.Key, v.KeyHex = key, hex.EncodeToString([]byte(key))
	v.Value, v.ValueHex = value, hex.EncodeToString([]byte(value))
	if v.Expect == "" {
		v.Expect = "ok"
	}
	if v.Java == "" {
		v.Java = "same"
	}
	vectors = append(vectors, v)
}

// decoded notes what a Go reader makes of a value.
func (v vector) decoded(result any, err error) vector {
	v.Direction = "decode"
	if err != nil {
		reason, _, _ := strings.Cut(err.Error(), "\n")
		v.Expect, v.GoError = "reject", reason
	} else {
		v.Result = result
	}
	return v
}

func main() {
	hertz()
	kratos()
	goKit()
	plain()
	goZero()
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintf(os.Stderr, "%d vectors by %s\n", len(vectors), runtime.Version())
}

// write puts one vector on a line, so that a change shows as the vector that changed.
func write() error {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for i, v := range vectors {
		separator := ","
		if i == 0 {
			separator = "["
		}
		fmt.Print(separator)
		if err := out.Encode(v); err != nil {
			return err
		}
	}
	_, err := fmt.Println("]")
	return err
}
