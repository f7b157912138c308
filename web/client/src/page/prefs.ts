/** What the page remembers on this device. */

const get = (key: string): string => {
  try {
    return localStorage.getItem(`ninepin.${key}`) ?? "";
  } catch {
    return ""; // the user forbids storage
  }
};

const set = (key: string, value: string): void => {
  try {
    localStorage.setItem(`ninepin.${key}`, value);
  } catch {
    // then it is not remembered
  }
};

export const prefs = {
  get name(): string {
    return get("name");
  },
  set name(value: string) {
    set("name", value);
  },
  get muted(): boolean {
    return get("muted") === "1";
  },
  set muted(value: boolean) {
    set("muted", value ? "1" : "");
  },
};
