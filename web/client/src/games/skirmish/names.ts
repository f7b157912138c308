import { seatColor } from "../../page/colors";
import type { Host } from "../../page/view";
import { ARENA } from "./arena";
import type { Camera } from "./camera";
import type { Player } from "./types";

/** Text on the arena: names at the balls, what happened to me, words for a moment. It is upright however the arena lies. */
export class Names {
  private shouted = { text: "", color: "", at: -Infinity };

  constructor(private readonly host: Host) {}

  /** Words in the middle, for a second. */
  shout(text: string, color: string): void {
    this.shouted = { text, color, at: performance.now() };
  }

  /** Draws in screen pixels. */
  draw(ctx: CanvasRenderingContext2D, ratio: number, camera: Camera, players: readonly Player[], mySeat: number): void {
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.textAlign = "center";
    ctx.lineJoin = "round";
    const size = Math.max(11, Math.min(15, 17 * camera.scale));
    ctx.font = `600 ${size}px system-ui, sans-serif`;
    for (const p of players) {
      if (p.hp === 0) continue;
      const at = camera.toScreen(p.x, p.y);
      const below = at.y + (ARENA.playerRadius + 14) * camera.scale + size;
      const name = this.host.name(p.id);
      const half = ctx.measureText(name).width / 2 + 4;
      const x = Math.max(half, Math.min(innerWidth - half, at.x));
      outlined(ctx, name, x, below, p.id === mySeat ? "#fff" : seatColor(p.id));
    }
    this.drawMe(ctx, camera, players.find((p) => p.id === mySeat));
    this.drawShout(ctx, camera);
  }

  private drawMe(ctx: CanvasRenderingContext2D, camera: Camera, me: Player | undefined): void {
    if (!me) return;
    if (me.hp > 0) {
      const at = camera.toScreen(me.x, me.y);
      const y = at.y - (ARENA.playerRadius + 30) * camera.scale;
      ctx.fillStyle = "#ffc53d";
      ctx.beginPath();
      ctx.moveTo(at.x - 6, y - 9);
      ctx.lineTo(at.x + 6, y - 9);
      ctx.lineTo(at.x, y - 1);
      ctx.fill();
      return;
    }
    if (me.pl > 0) return;
    const middle = camera.toScreen(ARENA.width / 2, ARENA.height / 2);
    ctx.font = "800 26px system-ui, sans-serif";
    const left = Math.max(0, me.bk - (this.host.room.tick || me.bk)) / ARENA.tickRate;
    outlined(ctx, left > 0 ? `Back in ${left.toFixed(1)}` : "Rolling in…", middle.x, middle.y, "#ffd9d2");
  }

  private drawShout(ctx: CanvasRenderingContext2D, camera: Camera): void {
    const age = (performance.now() - this.shouted.at) / 1100;
    if (age > 1) return;
    const middle = camera.toScreen(ARENA.width / 2, ARENA.height / 2);
    ctx.globalAlpha = 1 - age * age;
    ctx.font = `800 ${34 + 8 * (1 - age)}px system-ui, sans-serif`;
    outlined(ctx, this.shouted.text, middle.x, middle.y - 60 - 20 * age, this.shouted.color);
    ctx.globalAlpha = 1;
  }
}

function outlined(ctx: CanvasRenderingContext2D, text: string, x: number, y: number, color: string): void {
  ctx.strokeStyle = "rgba(8,11,17,.85)";
  ctx.lineWidth = 4;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = color;
  ctx.fillText(text, x, y);
}
