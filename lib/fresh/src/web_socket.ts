/** WebSocket endpoints: the handlers of `app.ws()` and `ctx.upgrade()`. */

export interface WebSocketHandlers {
  open?: (socket: WebSocket) => void;
  message?: (socket: WebSocket, event: MessageEvent) => void;
  close?: (socket: WebSocket, code: number, reason: string) => void;
  error?: (socket: WebSocket, event: Event) => void;
}

export interface UpgradeOptions {
  /** Seconds without a pong after which the connection is closed; default 120. */
  idleTimeout?: number;
  /** Sub-protocol to agree on. */
  protocol?: string;
}

export function isWebSocketHandlers(
  value: WebSocketHandlers | UpgradeOptions | undefined,
): value is WebSocketHandlers {
  return value !== undefined &&
    (["open", "message", "close", "error"] as const).some((name) =>
      typeof (value as WebSocketHandlers)[name] === "function"
    );
}

export function listenTo(socket: WebSocket, handlers: WebSocketHandlers): void {
  const { open, message, close, error } = handlers;
  if (open) socket.addEventListener("open", () => open(socket));
  if (message) {
    socket.addEventListener("message", (event) => message(socket, event));
  }
  if (close) {
    socket.addEventListener("close", (event) => close(socket, event.code, event.reason));
  }
  if (error) socket.addEventListener("error", (event) => error(socket, event));
}
