package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

const byFmt = "go1.26 net, net/url, fmt"

func textVector(id, format, note string, i instance) vector {
	return vector{ID: id, Format: format, Direction: "encode", Note: note, Instance: &i, Origin: byFmt}
}

func goKit() {
	encode := func(id, note, service, host, scheme string, tags map[string]string) {
		i := instance{service, host, 8080, 10, tags}
		add(textVector(id, "go-kit", note, i), "/services/"+service+"/"+i.address(), endpoint(scheme, host, 8080))
	}
	none := map[string]string{}
	encode("GE01", "the example of the package", "foosvc", "1.2.3.4", "http", none)
	encode("GE02", "TLS is the scheme", "foosvc", "api.example.com", "https", map[string]string{"secure": "true"})
	encode("GE03", "another scheme", "foosvc", "1.2.3.4", "grpc", map[string]string{"scheme": "grpc"})
	encode("GE04", "IPv6", "foosvc", "2001:db8::1", "http", none)
	encode("GE05", "IPv6 with a zone, whose percent sign a URL escapes and a key does not", "foosvc", "fe80::1%eth0", "http", none)
	encode("GE06", "a service with slashes", "prod/pay/order", "1.2.3.4", "http", none)
	encode("GE07", "tags are not carried", "foosvc", "1.2.3.4", "http", map[string]string{"zone": "a", "instance-id": "x"})
}

func plain() {
	encode := func(id, note, service, host string, tags map[string]string) {
		i := instance{service, host, 8080, 10, tags}
		add(textVector(id, "plain", note, i), "service/"+service+"/"+i.id(), i.address())
	}
	encode("SE01", "the id of seed 3", "name", "127.0.0.1", map[string]string{"instance-id": "svr1"})
	encode("SE02", "the id that an instance has by default", "name", "127.0.0.1", map[string]string{})
	encode("SE03", "IPv6", "name", "2001:db8::1", map[string]string{"instance-id": "svr1"})
	encode("SE04", "an id with a slash", "name", "svc-1.local", map[string]string{"instance-id": "zone-a/svr1"})
	encode("SE05", "tags are not carried", "name", "127.0.0.1", map[string]string{"instance-id": "svr1", "zone": "a", "secure": "true"})
}

func goZero() {
	encode := func(id, note, key, host string) {
		i := instance{key, host, 8080, 10, map[string]string{}}
		sum := sha256.Sum256([]byte(i.address()))
		number := int64(binary.BigEndian.Uint64(sum[:8]) & math.MaxInt64)
		add(textVector(id, "go-zero", note, i), goZeroKey(key, number), i.address())
	}
	encode("ZE01", "an ID made from the address", "user.rpc", "10.0.0.5")
	encode("ZE02", "IPv6", "user.rpc", "2001:db8::1")
	encode("ZE03", "a key with slashes", "prod/user.rpc", "10.0.0.5")

	decode := func(id, note, key, value, java string, found *instance) {
		add(vector{ID: id, Format: "go-zero", Direction: "decode", Note: note, Instance: found, Java: java, Origin: byFmt}, key, value)
	}
	found := &instance{"user.rpc", "10.0.0.5", 8080, 0, map[string]string{}}
	decode("ZD01", "a lease as the ID", goZeroKey("user.rpc", 7587862072907233558), "10.0.0.5:8080", "", found)
	decode("ZD02", "an ID of its own", goZeroKey("user.rpc", 7), "10.0.0.5:8080", "", found)
	decode("ZD03", "nested below: go-zero delivers it", "user.rpc/v2/7", "10.0.0.5:8080", "another service's", nil)
	decode("ZD04", "nothing: go-zero delivers it", goZeroKey("user.rpc", 7), "", "skip (no address)", nil)
	decode("ZD05", "no number", "user.rpc/node-1", "10.0.0.5:8080", "accept", found)
	decode("ZD06", "no ID", "user.rpc/", "10.0.0.5:8080", "skip", nil)
	decode("ZD07", "a sibling", goZeroKey("user.rpc2", 7), "10.0.0.5:8080", "another service's", nil)
}

// goZeroKey makes keys as core/discov does.
func goZeroKey(key string, id int64) string {
	return fmt.Sprintf("%s%c%d", key, '/', id)
}
