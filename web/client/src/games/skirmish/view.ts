import type { Room } from "ninepin";
import { seatColor } from "../../page/colors";
import { h } from "../../page/dom";
import type { Area, Host, View } from "../../page/view";
import { ARENA } from "./arena";
import { Camera } from "./camera";
import { Controls } from "./controls";
import { PLAY, type Events, type Input, type Kill, type Phase, type Pickup, type State, HEAL, TRIPLE } from "./types";
import { Podium } from "./podium";
import { Scene } from "./scene";

/** The sticks' height at the lower edge of a touch screen, CSS pixels. */
const thumbs = 176;
/** The hint goes after so many inputs, or after this long, ms. */
const hintUses = 4;
const hintTime = 8000;

/** The view of a skirmish: the scene, and for those who have a seat the controls. */
export function skirmishView(host: Host): View {
  return new SkirmishView(host);
}

class SkirmishView implements View {
  private readonly room: Room<State, Input, Events>;
  private readonly canvas = h("canvas", { class: "arena", "aria-label": "Arena", role: "img" });
  private readonly camera = new Camera();
  private readonly scene: Scene;
  private readonly podium: Podium;
  private readonly hint = h("p", { class: "hint", "aria-hidden": "true" });
  private hintTimer: ReturnType<typeof setTimeout> | undefined;
  private controls: Controls | undefined;
  private backdrop = true;
  private frame = 0;
  private readonly offs: (() => void)[];

  constructor(private readonly host: Host) {
    this.room = host.room as unknown as Room<State, Input, Events>;
    host.stage.append(this.canvas);
    this.scene = new Scene(host, this.room, this.canvas, this.camera);
    this.podium = new Podium(host);
    this.offs = [
      this.room.on("kill", (kill) => this.kill(kill)),
      this.room.on("pickup", (p) => this.pickup(p)),
      this.room.on("phase", (p) => this.phase(p)),
    ];
    const loop = (now: number) => {
      this.frame = requestAnimationFrame(loop);
      this.draw(now);
    };
    this.frame = requestAnimationFrame(loop);
  }

  layout(area: Area, backdrop: boolean): void {
    this.backdrop = backdrop;
    this.scene.backdrop = backdrop;
    this.scene.resize();
    this.camera.fit(area, backdrop);
  }

  score(seat: number): string {
    return String(this.room.state?.ps.find((p) => p.id === seat)?.k ?? 0);
  }

  /** Shows the server's own picture as outlines over ours, or does not. */
  ghost(on: boolean): void {
    this.scene.ghost = on;
  }

  headline(): [string, string] {
    const state = this.room.state;
    if (!state) return ["", ""];
    const left = Math.max(0, Math.ceil((state.end - this.room.tick) / ARENA.tickRate));
    if (state.ph !== PLAY) return ["Round over", ""];
    return [`${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`, `first to ${state.goal}`];
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    for (const off of this.offs) off();
    this.room.inputs(null);
    this.controls?.destroy();
    this.podium.remove();
    this.hideHint();
    this.canvas.remove();
  }

  private draw(now: number): void {
    this.steer();
    this.scene.draw(now);
    if (this.backdrop) this.podium.remove();
    else if (this.room.state) this.podium.update(this.room.state, this.room.tick);
    if (!this.backdrop && this.room.state?.ph !== PLAY) this.hideHint();
    this.scene.aim = this.controls?.facing();
    this.controls?.poll();
    this.controls?.resting((this.scene.sight()?.me.co ?? 0) / ARENA.dashCooldown);
  }

  /** Takes the controls up with a seat, and puts them away without. */
  private steer(): void {
    const playing = !this.backdrop && this.room.me.role === "player";
    if (playing && !this.controls) {
      this.controls = new Controls(this.host.stage, this.host.layer, this.camera, () => this.scene.sight());
      const controls = this.controls;
      this.room.inputs(() => controls.sample());
      this.camera.thumbs = matchMedia("(pointer: coarse)").matches ? thumbs : 0;
      this.scene.feedback.onHurt = (strength) => controls.joypad.buzz(strength);
      controls.onChange = () => this.room.nudge();
      controls.joypad.onConnect = () => this.showHint(controls, "Gamepad: left stick rolls · right stick aims and fires · A or bumper dashes");
      if (!matchMedia("(pointer: coarse)").matches) this.showHint(controls, "WASD or arrows roll · mouse aims and fires · Space dashes");
    } else if (!playing && this.controls) {
      this.room.inputs(null);
      this.controls.destroy();
      this.controls = undefined;
      this.camera.thumbs = 0;
      this.hideHint();
    }
  }

  /** Tells the keys, for a moment. The thumbs' sticks tell by themselves. */
  private showHint(controls: Controls, text: string): void {
    clearTimeout(this.hintTimer);
    this.hint.textContent = text;
    this.host.layer.append(this.hint);
    this.hintTimer = setTimeout(() => this.hideHint(), hintTime);
    let used = 0;
    controls.onUse = () => {
      if (++used === hintUses) this.hideHint();
    };
  }

  private hideHint(): void {
    clearTimeout(this.hintTimer);
    this.hint.remove();
  }

  private kill({ by, who }: Kill): void {
    const me = this.room.me.seat;
    this.host.feed({ seat: by }, " knocked out ", { seat: who });
    if (who === me) this.host.say(`${this.host.name(by)} knocked you out`);
    else if (by === me) {
      this.host.say(`You knocked out ${this.host.name(who)}`);
      this.host.sound.melody([660, 990], 0.07, 0.2);
    }
  }

  private pickup({ who, pad, kind }: Pickup): void {
    this.scene.feedback.pickedUp(pad, kind);
    if (who !== this.room.me.seat) return;
    this.host.sound.melody(kind === HEAL ? [520, 780] : kind === TRIPLE ? [440, 550, 660] : [390, 520, 650], 0.06, 0.2);
    this.scene.shout(kind === HEAL ? "Healed" : kind === TRIPLE ? "Triple shot" : "Shield", seatColor(who));
  }

  private phase({ phase }: Phase): void {
    if (this.backdrop || phase !== PLAY) return;
    this.scene.shout("Go", "#ffc53d");
    this.host.sound.melody([392, 392, 784], 0.14, 0.2);
  }
}
