import { calm } from "../../page/dom";

interface Particle {
  x: number;
  y: number;
  vx: number;
  vy: number;
  age: number;
  life: number;
  size: number;
  color: string;
  /** Pins tumble, sparks streak, rings grow. */
  kind: "spark" | "pin" | "ring";
}

const limit = 400;

/** Everything that only lights up: sparks, tumbling pins, rings, and the shake of the screen. Lengths are in units. */
export class Effects {
  /** The shake, CSS pixels. */
  shakeX = 0;
  shakeY = 0;
  private shake = 0;
  private particles: Particle[] = [];

  /** A shot leaves a barrel. */
  muzzle(x: number, y: number, angle: number, color: string): void {
    for (let i = 0; i < 5; i++) {
      const a = angle + (Math.random() - 0.5) * 0.9;
      this.add({ x, y, ...polar(a, 120 + Math.random() * 220), life: 0.12 + Math.random() * 0.1, size: 3, color, kind: "spark" });
    }
  }

  /** A shot meets something. */
  spark(x: number, y: number, angle: number, color: string): void {
    for (let i = 0; i < 7; i++) {
      const a = angle + Math.PI + (Math.random() - 0.5) * 2;
      this.add({ x, y, ...polar(a, 80 + Math.random() * 260), life: 0.15 + Math.random() * 0.2, size: 2.5, color, kind: "spark" });
    }
  }

  /** A player is knocked out: nine pins fly. */
  strike(x: number, y: number, color: string): void {
    for (let i = 0; i < 9; i++) {
      const a = (i / 9) * 2 * Math.PI + Math.random() * 0.4;
      this.add({ x, y, ...polar(a, 150 + Math.random() * 240), life: 0.7 + Math.random() * 0.4, size: 7, color: i % 3 ? "#eef1f6" : color, kind: "pin" });
    }
    for (let i = 0; i < 18; i++) {
      this.add({ x, y, ...polar(Math.random() * 7, 100 + Math.random() * 420), life: 0.3 + Math.random() * 0.3, size: 3.5, color, kind: "spark" });
    }
    this.ring(x, y, color, 110);
  }

  /** A ring that grows to a radius and fades. */
  ring(x: number, y: number, color: string, radius: number): void {
    this.add({ x, y, vx: 0, vy: 0, life: 0.45, size: radius, color, kind: "ring" });
  }

  /** A dashing ball leaves dust. */
  dust(x: number, y: number, color: string): void {
    this.add({ x: x + (Math.random() - 0.5) * 20, y: y + (Math.random() - 0.5) * 20, vx: 0, vy: 0, life: 0.3, size: 5, color, kind: "spark" });
  }

  /** Shakes the screen by so many pixels. */
  rumble(pixels: number): void {
    if (!calm.matches) this.shake = Math.max(this.shake, pixels);
  }

  /** Moves everything on. */
  advance(seconds: number): void {
    for (const p of this.particles) {
      p.age += seconds;
      p.x += p.vx * seconds;
      p.y += p.vy * seconds;
      const drag = Math.exp(-seconds * (p.kind === "pin" ? 2.2 : 4));
      p.vx *= drag;
      p.vy *= drag;
    }
    this.particles = this.particles.filter((p) => p.age < p.life);
    this.shake *= Math.exp(-seconds * 9);
    if (this.shake < 0.3) this.shake = 0;
    this.shakeX = (Math.random() - 0.5) * 2 * this.shake;
    this.shakeY = (Math.random() - 0.5) * 2 * this.shake;
  }

  /** Draws in units. */
  draw(ctx: CanvasRenderingContext2D): void {
    for (const p of this.particles) {
      const left = 1 - p.age / p.life;
      ctx.globalAlpha = left;
      ctx.fillStyle = ctx.strokeStyle = p.color;
      if (p.kind === "ring") {
        ctx.lineWidth = 2 + 6 * left;
        ctx.beginPath();
        ctx.arc(p.x, p.y, p.size * (1 - left * left), 0, 2 * Math.PI);
        ctx.stroke();
      } else if (p.kind === "pin") drawPin(ctx, p.x, p.y, p.size, p.age * 9 + p.size * p.life * 10);
      else {
        ctx.beginPath();
        ctx.arc(p.x, p.y, p.size * (0.4 + 0.6 * left), 0, 2 * Math.PI);
        ctx.fill();
      }
    }
    ctx.globalAlpha = 1;
  }

  private add(p: Omit<Particle, "age">): void {
    if (calm.matches && p.kind !== "ring") return;
    if (this.particles.length < limit) this.particles.push({ ...p, age: 0 });
  }
}

function polar(angle: number, speed: number): { vx: number; vy: number } {
  return { vx: Math.cos(angle) * speed, vy: Math.sin(angle) * speed };
}

/** A pin seen from the side: a head on a body. */
function drawPin(ctx: CanvasRenderingContext2D, x: number, y: number, size: number, angle: number): void {
  const dx = Math.cos(angle) * size;
  const dy = Math.sin(angle) * size;
  ctx.beginPath();
  ctx.arc(x, y, size * 0.75, 0, 2 * Math.PI);
  ctx.arc(x + dx, y + dy, size * 0.6, 0, 2 * Math.PI);
  ctx.arc(x + dx * 1.9, y + dy * 1.9, size * 0.42, 0, 2 * Math.PI);
  ctx.fill();
}
