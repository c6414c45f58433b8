/** The home page. */
export default function Home() {
  return (
    <h1>
      Home <img src="/logo.svg" alt="" /> <img src="/elsewhere.svg" alt="" />
    </h1>
  );
}
