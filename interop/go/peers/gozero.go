package main

import (
	"os"

	"github.com/zeromicro/go-zero/core/discov"
	"github.com/zeromicro/go-zero/core/logx"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"etcd-discovery/interop/peer"
)

// serveGoZero runs a gRPC server, as go-zero's are, that go-zero's publisher registers.
func serveGoZero(o peer.Options) {
	logx.SetWriter(logx.NewWriter(os.Stderr))
	discov.TimeToLive = o.TTL
	address := listenGRPC(o)
	publisher := discov.NewPublisher([]string{o.Etcd}, o.Service, address)
	peer.Must(publisher.KeepAlive())
	peer.Say("registered %s", address)
	peer.Obey(peer.Commands{
		"pause": func(string) {
			publisher.Pause()
			peer.Say("paused %s", address)
		},
		"resume": func(string) {
			publisher.Resume()
			peer.Say("resumed %s", address)
		},
		"deregister": func(string) {
			publisher.Stop()
			peer.Say("deregistered %s", address)
		},
	})
}

// findGoZero runs go-zero's subscriber, and calls its values in turn.
func findGoZero(o peer.Options) {
	logx.SetWriter(logx.NewWriter(os.Stderr))
	subscriber, err := discov.NewSubscriber([]string{o.Etcd}, o.Service)
	peer.Must(err)
	var found peer.Found
	subscriber.AddListener(func() { found.Say(subscriber.Values()) })
	found.Say(subscriber.Values())
	calls := 0
	peer.Obey(peer.Commands{
		"call": func(text string) {
			values := subscriber.Values()
			if len(values) == 0 {
				peer.Say("refused no instance")
				return
			}
			calls++
			peer.Answer(callOnce(values[calls%len(values)], text))
		},
	})
}

func callOnce(address, text string) (string, error) {
	connection, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return "", err
	}
	defer connection.Close()
	return callGRPC(connection, text)
}
