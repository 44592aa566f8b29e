package main

import (
	"context"

	clientv3 "go.etcd.io/etcd/client/v3"

	"etcd-discovery/interop/peer"
)

func connect(o peer.Options) *clientv3.Client {
	client, err := clientv3.NewFromURL(o.Etcd)
	peer.Must(err)
	return client
}

// lease grants a lease and keeps it alive.
func lease(client *clientv3.Client, ttl int64) clientv3.LeaseID {
	granted, err := client.Grant(context.Background(), ttl)
	peer.Must(err)
	alive, err := client.KeepAlive(context.Background(), granted.ID)
	peer.Must(err)
	go func() {
		for range alive {
		}
	}()
	return granted.ID
}
