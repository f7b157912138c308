/** A small graph of the last values of a figure, drawn anew in place: it keeps no objects between drawings. */
export class Spark {
  readonly canvas = document.createElement("canvas");
  private readonly values: Float32Array;
  private next = 0;
  private ratio = 0;

  /** scale is the least value that fills the height. */
  constructor(private readonly scale: number, private readonly length = 60) {
    this.values = new Float32Array(length).fill(NaN);
    this.canvas.setAttribute("aria-hidden", "true");
  }

  /** Adds a value; undefined leaves a gap. */
  add(value: number | undefined): void {
    this.values[this.next] = value ?? NaN;
    this.next = (this.next + 1) % this.length;
  }

  /** Draws in the colour of the element's text. */
  draw(): void {
    const { canvas } = this;
    const ctx = canvas.getContext("2d");
    if (!ctx) return;
    if (this.ratio !== devicePixelRatio) {
      this.ratio = devicePixelRatio;
      canvas.width = canvas.clientWidth * this.ratio;
      canvas.height = canvas.clientHeight * this.ratio;
      ctx.strokeStyle = getComputedStyle(canvas).color;
      ctx.lineWidth = 1.5 * this.ratio;
      ctx.lineJoin = "round";
    }
    const { values, length, next } = this;
    let top = this.scale;
    for (let i = 0; i < length; i++) top = values[i]! > top ? values[i]! : top;
    const width = canvas.width;
    const height = canvas.height - 4;
    ctx.clearRect(0, 0, width, canvas.height);
    ctx.beginPath();
    let gap = true;
    for (let i = 0; i < length; i++) {
      const value = values[(next + i) % length]!;
      if (Number.isNaN(value)) gap = true;
      else {
        // Whole numbers: fractions would each be an object on the heap.
        const x = Math.round((i * width) / (length - 1)) | 0;
        const y = (2 + Math.round(height * (1 - value / top))) | 0;
        if (gap) ctx.moveTo(x, y);
        else ctx.lineTo(x, y);
        gap = false;
      }
    }
    ctx.stroke();
  }
}
