declare module "@theme" {
  const theme: { background: string };
  export default theme;
}
