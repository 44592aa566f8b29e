package main

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/genericclient"
	"github.com/cloudwego/kitex/pkg/discovery"
	etcd "github.com/kitex-contrib/registry-etcd"

	"etcd-discovery/interop/peer"
)

// How often the resolver is asked besides. Kitex's own client asks it every 5 s.
const look = 100 * time.Millisecond

type resolverOf func(peer.Options) discovery.Resolver

func newResolver(o peer.Options) discovery.Resolver {
	created, err := etcd.NewEtcdResolver([]string{o.Etcd})
	peer.Must(err)
	return created
}

func newDeprecatedResolver(o peer.Options) discovery.Resolver {
	created, err := etcd.NewEtcdResolverWithAuth([]string{o.Etcd}, "", "")
	peer.Must(err)
	return created
}

// find runs a Kitex client.
func find(create resolverOf) func(peer.Options) {
	return func(o peer.Options) {
		resolver := create(o)
		caller, err := genericclient.NewClient(o.Service, echo(),
			client.WithResolver(resolver),
			client.WithRPCTimeout(3*time.Second),
			client.WithConnectTimeout(time.Second))
		peer.Must(err)
		go watch(resolver, o.Service)
		peer.Obey(peer.Commands{
			"call": func(text string) { peer.Answer(call(caller, text)) },
		})
	}
}

func watch(resolver discovery.Resolver, service string) {
	var found peer.Found
	for ; ; time.Sleep(look) {
		result, err := resolver.Resolve(context.Background(), service)
		if err != nil && !strings.Contains(err.Error(), "no instance remains") {
			continue // Kitex keeps what it knows
		}
		var instances []string
		for _, instance := range result.Instances {
			instances = append(instances, describe(instance))
		}
		found.Say(instances)
	}
}

func describe(instance discovery.Instance) string {
	tags := map[string]string{}
	for _, key := range []string{"zone", "secure"} {
		if value, ok := instance.Tag(key); ok {
			tags[key] = value
		}
	}
	return peer.Describe(instance.Address().String(), instance.Weight(), tags)
}

func call(caller genericclient.Client, text string) (string, error) {
	answer, err := caller.GenericCall(context.Background(), "Say", encode(text))
	if err != nil {
		return "", err
	}
	var said message
	err = json.Unmarshal([]byte(answer.(string)), &said)
	return said.Text, err
}
