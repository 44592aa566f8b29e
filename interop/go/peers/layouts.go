package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"

	"etcd-discovery/interop/peer"
)

// hertz is the struct of Hertz's registry, whose writer does not escape HTML.
type hertz struct{}

type hertzInstance struct {
	Network string            `json:"network"`
	Address string            `json:"address"`
	Weight  int               `json:"weight"`
	Tags    map[string]string `json:"tags"`
}

func (hertz) prefix(service string) string { return "hertz/registry-etcd/" + service + "/" }

func (h hertz) key(o peer.Options, address string) string { return h.prefix(o.Service) + address }

func (hertz) value(o peer.Options, address string) string {
	var value bytes.Buffer
	encoder := json.NewEncoder(&value)
	encoder.SetEscapeHTML(false)
	peer.Must(encoder.Encode(hertzInstance{"tcp", address, o.Weight, o.Tags}))
	return string(bytes.TrimSpace(value.Bytes()))
}

func (hertz) read(_, value string) (instance, error) {
	var read hertzInstance
	err := json.Unmarshal([]byte(value), &read)
	return instance{read.Address, peer.Describe(read.Address, read.Weight, read.Tags)}, err
}

// kratos is registry.ServiceInstance of Kratos.
type kratos struct{}

type kratosInstance struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Version   string            `json:"version"`
	Metadata  map[string]string `json:"metadata"`
	Endpoints []string          `json:"endpoints"`
}

// Kratos has no slash here, and looks at the name in the value.
func (kratos) prefix(service string) string { return "/microservices/" + service }

var kratosID = rand.Text()

func (k kratos) key(o peer.Options, _ string) string { return k.prefix(o.Service) + "/" + kratosID }

func (kratos) value(o peer.Options, address string) string {
	metadata := map[string]string{"weight": strconv.Itoa(o.Weight)}
	for key, value := range o.Tags {
		metadata[key] = value
	}
	value, err := json.Marshal(kratosInstance{kratosID, o.Service, "v1", metadata,
		[]string{"http://" + address + "?isSecure=false"}})
	peer.Must(err)
	return string(value)
}

func (kratos) read(service, value string) (instance, error) {
	var read kratosInstance
	if err := json.Unmarshal([]byte(value), &read); err != nil || read.Name != service {
		return instance{}, err
	}
	if len(read.Endpoints) == 0 {
		return instance{}, errors.New("no endpoints")
	}
	endpoint, err := url.Parse(read.Endpoints[0])
	if err != nil {
		return instance{}, err
	}
	weight, _ := strconv.Atoi(read.Metadata["weight"])
	delete(read.Metadata, "weight")
	return instance{endpoint.Host, peer.Describe(read.Endpoints[0], weight, read.Metadata)}, nil
}

// plain is what the script of seed 3 does: an id of its own, an address.
type plain struct{}

func (plain) prefix(service string) string { return "service/" + service + "/" }

func (p plain) key(o peer.Options, _ string) string { return p.prefix(o.Service) + o.Name }

func (plain) value(o peer.Options, address string) string {
	if moved, ok := o.Tags["address"]; ok {
		return moved
	}
	return address
}

func (plain) read(_, value string) (instance, error) { return instance{value, value}, nil }
