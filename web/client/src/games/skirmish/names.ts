import { accent, seatColor } from "../../page/colors";
import type { Host } from "../../page/view";
import { ARENA } from "./arena";
import type { Camera } from "./camera";
import type { Player } from "./types";

const family = "system-ui, sans-serif";

/** A text that was drawn once, to be copied in each picture. */
interface Label {
  text: string;
  size: number;
  ratio: number;
  color: string;
  canvas: HTMLCanvasElement;
  width: number; // CSS pixels
  height: number;
}

/** Text on the arena: names at the balls, what happened to me, words for a moment. It is upright however the arena lies. */
export class Names {
  private shoutText = "";
  private shoutColor = "";
  private shoutAt = -Infinity;
  private readonly labels: (Label | undefined)[] = []; // by seat

  constructor(private readonly host: Host) {}

  /** Words in the middle, for a second. */
  shout(text: string, color: string): void {
    this.shoutText = text;
    this.shoutColor = color;
    this.shoutAt = performance.now();
  }

  /** Draws in screen pixels. */
  draw(ctx: CanvasRenderingContext2D, ratio: number, camera: Camera, players: readonly Player[], mySeat: number, now: number): void {
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const size = Math.round(Math.max(11, Math.min(15, 17 * camera.target.scale)));
    let me: Player | undefined;
    for (let i = 0; i < players.length; i++) {
      const p = players[i]!;
      if (p.id === mySeat) me = p;
      if (p.hp === 0) continue;
      const label = this.label(p.id, this.host.name(p.id), size, ratio, p.id === mySeat ? "#fff" : seatColor(p.id));
      const half = label.width / 2;
      const x = Math.max(half, Math.min(innerWidth - half, camera.screenX(p.x, p.y))) - half;
      const y = camera.screenY(p.x, p.y) + (ARENA.playerRadius + 12) * camera.scale;
      ctx.drawImage(label.canvas, Math.round(x * ratio) / ratio, Math.round(y * ratio) / ratio, label.width, label.height);
    }
    if (me) this.drawMe(ctx, camera, me);
    this.drawShout(ctx, camera, now);
  }

  private label(seat: number, text: string, size: number, ratio: number, color: string): Label {
    const old = this.labels[seat];
    if (old && old.text === text && old.size === size && old.ratio === ratio && old.color === color) return old;
    const canvas = document.createElement("canvas");
    const ctx = canvas.getContext("2d")!;
    const font = `600 ${size}px ${family}`;
    ctx.font = font;
    canvas.width = Math.ceil((ctx.measureText(text).width + 8) * ratio);
    canvas.height = Math.ceil((size + 8) * ratio);
    ctx.scale(ratio, ratio);
    ctx.font = font; // a canvas that changes its size forgets it
    const label = { text, size, ratio, color, canvas, width: canvas.width / ratio, height: canvas.height / ratio };
    outlined(ctx, text, label.width / 2, size + 1, color);
    this.labels[seat] = label;
    return label;
  }

  private drawMe(ctx: CanvasRenderingContext2D, camera: Camera, me: Player): void {
    if (me.hp > 0) {
      const x = camera.screenX(me.x, me.y);
      const y = Math.max(12, camera.screenY(me.x, me.y) - (ARENA.playerRadius + 30) * camera.scale);
      ctx.fillStyle = accent;
      ctx.strokeStyle = "rgba(8,11,17,.85)";
      ctx.lineWidth = 2;
      ctx.beginPath();
      ctx.moveTo(x - 7, y - 10);
      ctx.lineTo(x + 7, y - 10);
      ctx.lineTo(x, y - 1);
      ctx.closePath();
      ctx.stroke();
      ctx.fill();
      return;
    }
    if (me.pl > 0) return;
    const left = Math.max(0, me.bk - (this.host.room.tick || me.bk)) / ARENA.tickRate;
    ctx.font = `800 26px ${family}`;
    outlined(ctx, left > 0 ? `Back in ${left.toFixed(1)}` : "Rolling in…", middleX(camera), middleY(camera), "#ffd9d2");
  }

  private drawShout(ctx: CanvasRenderingContext2D, camera: Camera, now: number): void {
    const age = Math.max(0, now - this.shoutAt) / 1100;
    if (age > 1) return;
    ctx.globalAlpha = 1 - age * age;
    ctx.font = `800 38px ${family}`;
    outlined(ctx, this.shoutText, middleX(camera), middleY(camera) - 60 - 20 * age, this.shoutColor);
    ctx.globalAlpha = 1;
  }
}

function middleX(camera: Camera): number {
  return camera.screenX(ARENA.width / 2, ARENA.height / 2);
}

function middleY(camera: Camera): number {
  return camera.screenY(ARENA.width / 2, ARENA.height / 2);
}

function outlined(ctx: CanvasRenderingContext2D, text: string, x: number, y: number, color: string): void {
  ctx.textAlign = "center";
  ctx.lineJoin = "round";
  ctx.strokeStyle = "rgba(8,11,17,.85)";
  ctx.lineWidth = 4;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = color;
  ctx.fillText(text, x, y);
}
