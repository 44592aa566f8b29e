package main

import (
	"context"
	"sync"

	clientv3 "go.etcd.io/etcd/client/v3"

	"etcd-discovery/interop/peer"
)

// documented is the layout of a registry whose code cannot be had here, as its sources and
// documents describe it. What follows writes and reads it through etcd's own client and Go's
// encoding/json: a program that a Go developer would write, not the registry itself.
type documented interface {
	key(o peer.Options, address string) string
	value(o peer.Options, address string) string
	prefix(service string) string
	read(service, value string) (instance, error)
}

// instance is what a documented value says.
type instance struct {
	address string // host:port to call; empty for another service's entry
	text    string // to be shown
}

func serveDocumented(layout documented) func(peer.Options) {
	return func(o peer.Options) {
		address := listenHTTP(o)
		client := connect(o)
		under := clientv3.WithLease(lease(client, o.TTL))
		key := layout.key(o, address)
		put := func(o peer.Options) {
			_, err := client.Put(context.Background(), key, layout.value(o, address), under)
			peer.Must(err)
		}
		put(o)
		peer.Say("registered %s", address)
		peer.Obey(peer.Commands{
			"update": func(changes string) {
				put(o.With(changes))
				peer.Say("updated %s", address)
			},
			"deregister": func(string) {
				_, err := client.Delete(context.Background(), key)
				peer.Must(err)
				peer.Say("deregistered %s", address)
			},
		})
	}
}

func findDocumented(layout documented) func(peer.Options) {
	return func(o peer.Options) {
		reader := &reader{layout: layout, client: connect(o), service: o.Service}
		go reader.follow()
		calls := 0
		peer.Obey(peer.Commands{
			"call": func(text string) {
				known := reader.current()
				if len(known) == 0 {
					peer.Say("refused no instance")
					return
				}
				calls++
				peer.Answer(callHTTP(known[calls%len(known)].address, text))
			},
		})
	}
}

// reader lists, and lists again whenever something has changed.
type reader struct {
	layout  documented
	client  *clientv3.Client
	service string
	found   peer.Found
	mutex   sync.Mutex
	known   []instance
}

func (r *reader) follow() {
	prefix := r.layout.prefix(r.service)
	changes := r.client.Watch(context.Background(), prefix, clientv3.WithPrefix(), clientv3.WithCreatedNotify())
	for range changes {
		r.list(prefix)
	}
}

func (r *reader) list(prefix string) {
	listed, err := r.client.Get(context.Background(), prefix, clientv3.WithPrefix())
	peer.Must(err)
	var instances []instance
	var texts []string
	for _, entry := range listed.Kvs {
		read, err := r.layout.read(r.service, string(entry.Value))
		if err != nil {
			// As Kratos does: one value that cannot be read, and nothing is.
			peer.Say("unreadable %s %v", entry.Key, err)
			return
		}
		if read.address != "" {
			instances = append(instances, read)
			texts = append(texts, read.text)
		}
	}
	r.mutex.Lock()
	r.known = instances
	r.mutex.Unlock()
	r.found.Say(texts)
}

func (r *reader) current() []instance {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.known
}
