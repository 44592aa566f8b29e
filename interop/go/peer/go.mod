module etcd-discovery/interop/peer

go 1.24
