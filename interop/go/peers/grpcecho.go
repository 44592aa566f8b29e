package main

import (
	"context"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"etcd-discovery/interop/peer"
)

// With messages that come with protobuf nothing has to be generated.
const (
	echoService = "interop.Echo"
	echoMethod  = "Say"
)

// listenGRPC answers calls, and returns at which address.
func listenGRPC(o peer.Options) string {
	listener, err := net.Listen("tcp", o.Listen)
	peer.Must(err)
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: echoService,
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: echoMethod, Handler: say}},
	}, o.Name)
	go func() { peer.Must(server.Serve(listener)) }()
	return listener.Addr().String()
}

func say(name any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	var text wrapperspb.StringValue
	if err := decode(&text); err != nil {
		return nil, err
	}
	return wrapperspb.String(name.(string) + ": " + text.Value), nil
}

// callGRPC calls by a connection.
func callGRPC(connection *grpc.ClientConn, text string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	var answer wrapperspb.StringValue
	err := connection.Invoke(ctx, "/"+echoService+"/"+echoMethod, wrapperspb.String(text), &answer)
	return answer.Value, err
}
