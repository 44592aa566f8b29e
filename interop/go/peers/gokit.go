package main

import (
	"context"
	"io"
	"os"
	"strings"
	"time"

	"github.com/go-kit/kit/endpoint"
	"github.com/go-kit/kit/sd"
	"github.com/go-kit/kit/sd/etcdv3"
	"github.com/go-kit/kit/sd/lb"
	"github.com/go-kit/log"

	"etcd-discovery/interop/peer"
)

func goKitPrefix(o peer.Options) string {
	return "/services/" + o.Service + "/"
}

func goKitClient(o peer.Options) etcdv3.Client {
	client, err := etcdv3.NewClient(context.Background(), []string{o.Etcd}, etcdv3.ClientOptions{})
	peer.Must(err)
	return client
}

func goKitLogger() log.Logger {
	return log.NewLogfmtLogger(log.NewSyncWriter(os.Stderr))
}

// serveGoKit runs go-kit's registrar. What it stores is a URL; its path can be updated. An
// empty suffix makes the key the one that seed 4 has, shared by all instances.
func serveGoKit(o peer.Options) {
	address := listenHTTP(o)
	suffix, ok := o.Tags["suffix"]
	if !ok {
		suffix = address
	}
	client := goKitClient(o)
	registrar := func(o peer.Options) *etcdv3.Registrar {
		return etcdv3.NewRegistrar(client, etcdv3.Service{
			Key:   goKitPrefix(o) + suffix,
			Value: "http://" + address + o.Tags["path"],
			TTL:   etcdv3.NewTTLOption(time.Second, time.Duration(o.TTL)*time.Second),
		}, goKitLogger())
	}
	current := registrar(o)
	current.Register()
	peer.Say("registered %s", address)
	peer.Obey(peer.Commands{
		"update": func(changes string) {
			current = registrar(o.With(changes))
			current.Register()
			peer.Say("updated %s", address)
		},
		"deregister": func(string) {
			current.Deregister()
			peer.Say("deregistered %s", address)
		},
	})
}

// findGoKit runs go-kit's instancer, and calls as go-kit does: an endpointer, a balancer.
func findGoKit(call func(address, text string) (string, error)) func(peer.Options) {
	factory := func(instance string) (endpoint.Endpoint, io.Closer, error) {
		return func(_ context.Context, text any) (any, error) {
			return call(strings.TrimPrefix(instance, "http://"), text.(string))
		}, nil, nil
	}
	return func(o peer.Options) {
		instancer, err := etcdv3.NewInstancer(goKitClient(o), goKitPrefix(o), goKitLogger())
		peer.Must(err)
		go sayEvents(instancer)
		balancer := lb.NewRoundRobin(sd.NewEndpointer(instancer, factory, goKitLogger()))
		peer.Obey(peer.Commands{
			"call": func(text string) { peer.Answer(callNext(balancer, text)) },
		})
	}
}

func sayEvents(instancer sd.Instancer) {
	events := make(chan sd.Event)
	go instancer.Register(events)
	var found peer.Found
	for event := range events {
		if event.Err == nil {
			found.Say(event.Instances)
		}
	}
}

func callNext(balancer lb.Balancer, text string) (string, error) {
	next, err := endpointOf(balancer)
	if err != nil {
		return "", err
	}
	answer, err := next(context.Background(), text)
	said, _ := answer.(string)
	return said, err
}

// endpointOf waits a moment for the first endpoint: the endpointer gets its news by a
// channel of its own, maybe after we have said which instances there are.
func endpointOf(balancer lb.Balancer) (endpoint.Endpoint, error) {
	for end := time.Now().Add(time.Second); ; time.Sleep(10 * time.Millisecond) {
		next, err := balancer.Endpoint()
		if err != lb.ErrNoEndpoints || time.Now().After(end) {
			return next, err
		}
	}
}
