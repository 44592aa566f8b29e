package main

import (
	"net"

	"github.com/cloudwego/kitex/pkg/registry"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/server"
	"github.com/cloudwego/kitex/server/genericserver"
	etcd "github.com/kitex-contrib/registry-etcd"

	"etcd-discovery/interop/peer"
)

type registryOf func(peer.Options) registry.Registry

func newRegistry(o peer.Options) registry.Registry {
	created, err := etcd.NewEtcdRegistry([]string{o.Etcd})
	peer.Must(err)
	return created
}

// The deprecated constructors have an empty prefix. Without a name nobody logs in.
func newDeprecatedRegistry(o peer.Options) registry.Registry {
	created, err := etcd.NewEtcdRegistryWithAuth([]string{o.Etcd}, "", "")
	peer.Must(err)
	return created
}

// serve runs a Kitex server. Its TTL is that of KITEX_ETCD_REGISTRY_LEASE_TTL.
func serve(create registryOf) func(peer.Options) {
	return func(o peer.Options) {
		address, err := net.ResolveTCPAddr("tcp", o.Listen)
		peer.Must(err)
		told := &tellingRegistry{Registry: create(o)}
		running := genericserver.NewServer(&handler{o.Name}, echo(),
			server.WithServiceAddr(address),
			server.WithServerBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: o.Service}),
			server.WithRegistryInfo(&registry.Info{Weight: o.Weight, Tags: o.Tags}),
			server.WithRegistry(told))
		go func() { peer.Must(running.Run()) }()
		peer.Obey(peer.Commands{
			"update":     func(changes string) { update(create(o), o.With(changes), told.info) },
			"deregister": func(string) { peer.Must(running.Stop()) },
		})
	}
}

// update registers the same address once more: Kitex knows no other way, and a server that
// was restarted with other tags does just that. "r should not be reused", so by a new one.
func update(another registry.Registry, o peer.Options, info *registry.Info) {
	changed := *info
	changed.Weight, changed.Tags = o.Weight, o.Tags
	peer.Must(another.Register(&changed))
	peer.Say("updated %s", info.Addr)
}

// tellingRegistry says what Kitex does to its registry.
type tellingRegistry struct {
	registry.Registry
	info *registry.Info
}

func (t *tellingRegistry) Register(info *registry.Info) error {
	err := t.Registry.Register(info)
	if err == nil {
		t.info = info
		peer.Say("registered %s", info.Addr)
	}
	return err
}

func (t *tellingRegistry) Deregister(info *registry.Info) error {
	err := t.Registry.Deregister(info)
	if err == nil {
		peer.Say("deregistered %s", info.Addr)
	}
	return err
}
