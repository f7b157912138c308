import { calm } from "../../page/dom";

/** Pins tumble, sparks streak, rings grow. */
const SPARK = 0;
const PIN = 1;
const RING = 2;

interface Particle {
  x: number;
  y: number;
  vx: number;
  vy: number;
  age: number;
  life: number;
  size: number;
  color: string;
  kind: number;
}

const limit = 320;

/** Everything that only lights up: sparks, tumbling pins, rings, and the shake of the screen. Lengths are in units. */
export class Effects {
  /** The shake, CSS pixels. */
  shakeX = 0;
  shakeY = 0;
  private shake = 0;
  /** The first count of them live; the rest wait to be used again. */
  private readonly particles: Particle[] = [];
  private count = 0;

  /** A shot leaves a barrel. */
  muzzle(x: number, y: number, angle: number, color: string): void {
    for (let i = some(5); i > 0; i--) {
      this.fly(x, y, angle + (Math.random() - 0.5) * 0.9, 120 + Math.random() * 220, 0.12 + Math.random() * 0.1, 3, color, SPARK);
    }
  }

  /** A shot meets something. */
  spark(x: number, y: number, angle: number, color: string): void {
    for (let i = some(7); i > 0; i--) {
      this.fly(x, y, angle + Math.PI + (Math.random() - 0.5) * 2, 80 + Math.random() * 260, 0.15 + Math.random() * 0.2, 2.5, color, SPARK);
    }
  }

  /** A player is knocked out: nine pins fly. */
  strike(x: number, y: number, color: string): void {
    for (let i = 0; i < 9 && !calm.matches; i++) {
      const a = (i / 9) * 2 * Math.PI + Math.random() * 0.4;
      this.fly(x, y, a, 150 + Math.random() * 240, 0.7 + Math.random() * 0.4, 7, i % 3 ? "#eef1f6" : color, PIN);
    }
    for (let i = some(18); i > 0; i--) this.fly(x, y, Math.random() * 7, 100 + Math.random() * 420, 0.3 + Math.random() * 0.3, 3.5, color, SPARK);
    this.ring(x, y, color, 110);
  }

  /** A ring that grows to a radius and fades. */
  ring(x: number, y: number, color: string, radius: number): void {
    this.fly(x, y, 0, 0, 0.45, radius, color, RING);
  }

  /** A dashing ball leaves dust. */
  dust(x: number, y: number, color: string): void {
    if (!calm.matches) this.fly(x + (Math.random() - 0.5) * 20, y + (Math.random() - 0.5) * 20, 0, 0, 0.3, 5, color, SPARK);
  }

  /** Shakes the screen by so many pixels. */
  rumble(pixels: number): void {
    if (!calm.matches) this.shake = Math.max(this.shake, pixels);
  }

  /** Moves everything on. */
  advance(seconds: number): void {
    const drag = Math.exp(-seconds * 4);
    const pinDrag = Math.exp(-seconds * 2.2);
    for (let i = 0; i < this.count; ) {
      const p = this.particles[i]!;
      p.age += seconds;
      if (p.age >= p.life) {
        this.particles[i] = this.particles[--this.count]!;
        this.particles[this.count] = p;
        continue;
      }
      p.x += p.vx * seconds;
      p.y += p.vy * seconds;
      p.vx *= p.kind === PIN ? pinDrag : drag;
      p.vy *= p.kind === PIN ? pinDrag : drag;
      i++;
    }
    this.shake *= Math.exp(-seconds * 12);
    if (this.shake < 0.3) this.shake = 0;
    this.shakeX = (Math.random() - 0.5) * 2 * this.shake;
    this.shakeY = (Math.random() - 0.5) * 2 * this.shake;
  }

  /** Draws in units. */
  draw(ctx: CanvasRenderingContext2D): void {
    for (let i = 0; i < this.count; i++) {
      const p = this.particles[i]!;
      const left = 1 - p.age / p.life;
      ctx.globalAlpha = left;
      if (p.kind === RING) {
        ctx.strokeStyle = p.color;
        ctx.lineWidth = 2 + 6 * left;
        ctx.beginPath();
        ctx.arc(p.x, p.y, p.size * (1 - left * left), 0, 2 * Math.PI);
        ctx.stroke();
        continue;
      }
      ctx.fillStyle = p.color;
      ctx.beginPath();
      if (p.kind === PIN) pin(ctx, p.x, p.y, p.size, p.age * 9 + p.size * p.life * 10);
      else ctx.arc(p.x, p.y, p.size * (0.4 + 0.6 * left), 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.globalAlpha = 1;
  }

  private fly(x: number, y: number, angle: number, speed: number, life: number, size: number, color: string, kind: number): void {
    if (this.count === limit) return;
    const p = (this.particles[this.count++] ??= { x: 0, y: 0, vx: 0, vy: 0, age: 0, life: 0, size: 0, color, kind });
    p.x = x;
    p.y = y;
    p.vx = Math.cos(angle) * speed;
    p.vy = Math.sin(angle) * speed;
    p.age = 0;
    p.life = life;
    p.size = size;
    p.color = color;
    p.kind = kind;
  }
}

/** How many of so many sparks there are: a few, for those who asked for little motion. */
function some(sparks: number): number {
  return calm.matches ? Math.ceil(sparks / 4) : sparks;
}

/** A pin seen from the side: a head on a body. */
function pin(ctx: CanvasRenderingContext2D, x: number, y: number, size: number, angle: number): void {
  const dx = Math.cos(angle) * size;
  const dy = Math.sin(angle) * size;
  ctx.arc(x, y, size * 0.75, 0, 2 * Math.PI);
  ctx.arc(x + dx, y + dy, size * 0.6, 0, 2 * Math.PI);
  ctx.arc(x + dx * 1.9, y + dy * 1.9, size * 0.42, 0, 2 * Math.PI);
}
