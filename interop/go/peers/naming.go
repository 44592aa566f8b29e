package main

import (
	"context"
	"encoding/json"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/naming/endpoints"
	"go.etcd.io/etcd/client/v3/naming/resolver"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"etcd-discovery/interop/peer"
)

// serveNaming runs a gRPC server that registers by etcd's naming/endpoints.
func serveNaming(o peer.Options) {
	address := listenGRPC(o)
	client := connect(o)
	manager, err := endpoints.NewManager(client, o.Service)
	peer.Must(err)
	key := o.Service + "/" + address
	under := clientv3.WithLease(lease(client, o.TTL))
	add := func(o peer.Options) {
		peer.Must(manager.AddEndpoint(context.Background(), key,
			endpoints.Endpoint{Addr: address, Metadata: metadata(o)}, under))
	}
	add(o)
	peer.Say("registered %s", address)
	peer.Obey(peer.Commands{
		"update": func(changes string) {
			add(o.With(changes))
			peer.Say("updated %s", address)
		},
		"deregister": func(string) {
			peer.Must(manager.DeleteEndpoint(context.Background(), key))
			peer.Say("deregistered %s", address)
		},
	})
}

func metadata(o peer.Options) map[string]any {
	all := map[string]any{"weight": o.Weight}
	for key, value := range o.Tags {
		all[key] = value
	}
	return all
}

// findNaming runs a gRPC client on etcd's resolver, with round_robin.
func findNaming(o peer.Options) {
	client := connect(o)
	builder, err := resolver.NewBuilder(client)
	peer.Must(err)
	connection, err := grpc.NewClient("etcd:///"+o.Service,
		grpc.WithResolvers(builder),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(`{"loadBalancingConfig":[{"round_robin":{}}]}`))
	peer.Must(err)
	go watchNaming(client, o.Service)
	peer.Obey(peer.Commands{
		"call": func(text string) { peer.Answer(callGRPC(connection, text)) },
	})
}

// watchNaming follows the same channel as the resolver, which keeps metadata to itself.
func watchNaming(client *clientv3.Client, service string) {
	manager, err := endpoints.NewManager(client, service)
	peer.Must(err)
	updates, err := manager.NewWatchChannel(context.Background())
	peer.Must(err)
	known := map[string]string{}
	var found peer.Found
	for batch := range updates {
		for _, update := range batch {
			if update.Op == endpoints.Delete {
				delete(known, update.Key)
				continue
			}
			metadata, err := json.Marshal(update.Endpoint.Metadata)
			peer.Must(err)
			known[update.Key] = update.Endpoint.Addr + " " + string(metadata)
		}
		found.SayValues(known)
	}
}
