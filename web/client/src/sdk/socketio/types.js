/** What socket.io-client takes from socket.io-parser besides a default parser: the types of packets, Socket.IO v5. */
export const PacketType = { CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3, CONNECT_ERROR: 4, BINARY_EVENT: 5, BINARY_ACK: 6 };
